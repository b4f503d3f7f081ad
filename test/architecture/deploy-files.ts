import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parseAllDocuments } from 'yaml';

/** The top folder of the project. */
export const ROOT = resolve(__dirname, '..', '..');

/** A value out of YAML or JSON. */
export type Tree = unknown;

/** The text of a file, by its path from the top folder. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Whether a file or folder is there, by its path from the top folder. */
export function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** The files of a folder with one ending, by their paths from the top folder. */
export function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .sort();
}

/** The documents of a YAML text, merge keys applied. @throws what is wrong with it, naming the line */
export function documentsOf(yaml: string): readonly Tree[] {
  return parseAllDocuments(yaml, { merge: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as Tree;
  });
}

/** What lies at a path such as `spec.template.spec`, undefined where the way ends. */
export function at(tree: Tree, path: string): Tree {
  return path.split('.').reduce<Tree>((inner, key) => (isMap(inner) ? inner[key] : undefined), tree);
}

/** What lies at a path, as a map; empty where nothing lies. */
export function mapAt(tree: Tree, path: string): Readonly<Record<string, Tree>> {
  const inner = at(tree, path);
  return isMap(inner) ? inner : {};
}

/** What lies at a path, as a list; empty where nothing lies. */
export function listAt(tree: Tree, path: string): readonly Tree[] {
  const inner = at(tree, path);
  return Array.isArray(inner) ? inner : [];
}

/** What lies at a path, as text. @throws when it is neither text nor a number */
export function wordAt(tree: Tree, path: string): string {
  const inner = at(tree, path);
  if (typeof inner === 'string') return inner;
  if (typeof inner === 'number') return `${inner}`;
  throw new Error(`${path}: text is expected`);
}

/** The anchors that the headings of a page make. */
export function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The routes that an app's controllers declare, parameters as `:name`. */
export function routesOf(app: string): readonly string[] {
  return filesIn(`apps/${app}/src`, '.controller.ts').flatMap((file) => {
    const text = textOf(file);
    const prefix = /@Controller\('([^']*)'\)/.exec(text)?.[1] ?? '';
    return [...text.matchAll(/@(?:Get|Post|Put|Delete|Patch)\((?:'([^']*)')?\)/g)].map(
      ([, path = '']) => `/${[prefix, path].filter((part) => part !== '').join('/')}`,
    );
  });
}

function isMap(tree: Tree): tree is Readonly<Record<string, Tree>> {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}
