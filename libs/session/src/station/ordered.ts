interface Node<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly height: number;
  readonly size: number;
  readonly left: Tree<Key, Value>;
  readonly right: Tree<Key, Value>;
}

type Tree<Key, Value> = Node<Key, Value> | undefined;

/**
 * Values in the order of their keys, immutable: a change gives a new collection that shares all but the path to the
 * change (a height-balanced tree). Every operation costs O(log n).
 */
export class Ordered<Key extends string | number, Value> {
  private constructor(private readonly root: Tree<Key, Value>) {}

  static none<Key extends string | number, Value>(): Ordered<Key, Value> {
    return new Ordered<Key, Value>(undefined);
  }

  get size(): number {
    return this.root?.size ?? 0;
  }

  get(key: Key): Value | undefined {
    let node = this.root;
    while (node !== undefined && node.key !== key) node = key < node.key ? node.left : node.right;
    return node?.value;
  }

  with(key: Key, value: Value): Ordered<Key, Value> {
    return new Ordered(added(this.root, key, value));
  }

  without(key: Key): Ordered<Key, Value> {
    const root = removed(this.root, key);
    return root === this.root ? this : new Ordered(root);
  }

  /** The entry with the greatest key that is at most this one. */
  last(key: Key): readonly [Key, Value] | undefined {
    let found: Tree<Key, Value>;
    let node = this.root;
    while (node !== undefined) {
      if (node.key <= key) found = node;
      node = node.key <= key ? node.right : node.left;
    }
    return found === undefined ? undefined : [found.key, found.value];
  }

  /** The entry with the least key that is at least this one. */
  first(key: Key): readonly [Key, Value] | undefined {
    let found: Tree<Key, Value>;
    let node = this.root;
    while (node !== undefined) {
      if (node.key >= key) found = node;
      node = node.key >= key ? node.left : node.right;
    }
    return found === undefined ? undefined : [found.key, found.value];
  }

  /** All entries in the order of their keys, from a key on where one is given. */
  *entries(from?: Key): Generator<readonly [Key, Value]> {
    const path = pathTo(this.root, from);
    for (let node = path.pop(); node !== undefined; node = path.pop()) {
      yield [node.key, node.value];
      path.push(...pathTo(node.right, undefined));
    }
  }
}

/** The nodes not below a key whose turn is still to come, the next one last. */
function pathTo<Key extends string | number, Value>(root: Tree<Key, Value>, from: Key | undefined): Node<Key, Value>[] {
  const path: Node<Key, Value>[] = [];
  let node = root;
  while (node !== undefined) {
    const isIn: boolean = from === undefined || node.key >= from;
    if (isIn) path.push(node);
    node = isIn ? node.left : node.right;
  }
  return path;
}

function made<Key, Value>(
  { key, value }: Pick<Node<Key, Value>, 'key' | 'value'>,
  left: Tree<Key, Value>,
  right: Tree<Key, Value>,
): Node<Key, Value> {
  const leftHeight = left?.height ?? 0;
  const rightHeight = right?.height ?? 0;
  const height = (leftHeight > rightHeight ? leftHeight : rightHeight) + 1;
  return { key, value, height, size: (left?.size ?? 0) + (right?.size ?? 0) + 1, left, right };
}

function lean(node: Node<unknown, unknown>): number {
  return (node.left?.height ?? 0) - (node.right?.height ?? 0);
}

/** The node with its two sides, turned where one is more than one higher than the other. */
function balanced<Key, Value>(
  node: Pick<Node<Key, Value>, 'key' | 'value'>,
  left: Tree<Key, Value>,
  right: Tree<Key, Value>,
): Node<Key, Value> {
  const difference = (left?.height ?? 0) - (right?.height ?? 0);
  if (left !== undefined && difference > 1) return turnedRight(node, left, right);
  if (right !== undefined && difference < -1) return turnedLeft(node, left, right);
  return made(node, left, right);
}

function turnedRight<Key, Value>(
  node: Pick<Node<Key, Value>, 'key' | 'value'>,
  left: Node<Key, Value>,
  right: Tree<Key, Value>,
): Node<Key, Value> {
  const { right: inner } = left;
  if (lean(left) >= 0 || inner === undefined) return made(left, left.left, made(node, inner, right));
  return made(inner, made(left, left.left, inner.left), made(node, inner.right, right));
}

function turnedLeft<Key, Value>(
  node: Pick<Node<Key, Value>, 'key' | 'value'>,
  left: Tree<Key, Value>,
  right: Node<Key, Value>,
): Node<Key, Value> {
  const { left: inner } = right;
  if (lean(right) <= 0 || inner === undefined) return made(right, made(node, left, inner), right.right);
  return made(inner, made(node, left, inner.left), made(right, inner.right, right.right));
}

function added<Key, Value>(node: Tree<Key, Value>, key: Key, value: Value): Node<Key, Value> {
  if (node === undefined) return made({ key, value }, undefined, undefined);
  if (node.key === key) return made({ key, value }, node.left, node.right);
  return key < node.key
    ? balanced(node, added(node.left, key, value), node.right)
    : balanced(node, node.left, added(node.right, key, value));
}

function removed<Key, Value>(node: Tree<Key, Value>, key: Key): Tree<Key, Value> {
  if (node === undefined) return undefined;
  if (node.key === key) return joined(node.left, node.right);
  const isLeft = key < node.key;
  const before = isLeft ? node.left : node.right;
  const after = removed(before, key);
  if (after === before) return node;
  return isLeft ? balanced(node, after, node.right) : balanced(node, node.left, after);
}

/** Both sides of a node that went. */
function joined<Key, Value>(left: Tree<Key, Value>, right: Tree<Key, Value>): Tree<Key, Value> {
  if (left === undefined || right === undefined) return left ?? right;
  let least: Node<Key, Value> = right;
  while (least.left !== undefined) least = least.left;
  return balanced(least, left, removed(right, least.key));
}
