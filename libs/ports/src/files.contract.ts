import type { Files } from './machine';
import { reasonOf, unique, type Trial } from './trial.contract';

/** What every Files adapter promises. Call it from the adapter's own spec. */
export function filesContract(adapter: string, open: () => Promise<Trial<Files>>): void {
  describe(`${adapter} keeps the Files contract`, () => {
    let trial: Trial<Files>;
    const files = (): Files => trial.port;
    const textOf = async (path: string): Promise<string | undefined> => {
      const content = await files().read(path);
      return content === undefined ? undefined : Buffer.from(content).toString();
    };
    beforeAll(async () => {
      trial = await open();
    });
    afterAll(() => trial.end());

    it('gives back what was written, text and bytes, also after it was opened again', async () => {
      const folder = unique('folder');
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      await files().write(`${folder}/tile/0/x001/067`, bytes);
      await files().write(`${folder}/checkpoint`, 'Zürich 🔌\n');
      await files().write(`${folder}/empty`, '');
      await trial.reopen();
      expect(Buffer.from((await files().read(`${folder}/tile/0/x001/067`)) ?? []).equals(bytes)).toBe(true);
      expect(await textOf(`${folder}/checkpoint`)).toBe('Zürich 🔌\n');
      expect(await textOf(`${folder}/empty`)).toBe('');
    });

    it('answers undefined for a file that is not there', async () => {
      const folder = unique('folder');
      await files().write(`${folder}/file`, 'x');
      expect(await files().read(`${folder}/other`)).toBeUndefined();
      expect(await files().read(`${unique('folder')}/file`)).toBeUndefined();
      expect(await files().read(`${folder}/file/below`)).toBeUndefined();
    });

    it('replaces a file whole', async () => {
      const path = `${unique('folder')}/checkpoint`;
      await files().write(path, 'a long first content');
      await files().write(path, 'short');
      expect(await textOf(path)).toBe('short');
    });

    it('never shows a part of what is being written', async () => {
      const path = `${unique('folder')}/checkpoint`;
      const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000));
      await files().write(path, contents[0] ?? '');
      const writes = Promise.all(contents.map((content) => files().write(path, content)));
      for (let each = 0; each < 20; each += 1) expect(contents).toContain(await textOf(path));
      await writes;
      expect(contents).toContain(await textOf(path));
    });

    it('removes a file, and nothing where there is none', async () => {
      const folder = unique('folder');
      await files().write(`${folder}/a`, 'a');
      await files().write(`${folder}/b`, 'b');
      await files().remove(`${folder}/a`);
      await files().remove(`${folder}/a`);
      expect(await files().read(`${folder}/a`)).toBeUndefined();
      expect(await textOf(`${folder}/b`)).toBe('b');
    });

    it('refuses paths that leave the folder', async () => {
      for (const path of ['../outside', 'a/../../outside', '/etc/hostname', '', '.']) {
        expect(await reasonOf(files().read(path))).toBeInstanceOf(RangeError);
        expect(await reasonOf(files().write(path, 'x'))).toBeInstanceOf(RangeError);
      }
    });
  });
}
