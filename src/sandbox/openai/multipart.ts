/** A part of a form: a value, or a file with its name. */
export type Part = { name: string; fileName: string | null; bytes: Buffer };

/** Reads multipart/form-data as far as OpenAI's own client writes it; no parts for anything else. */
export function readForm(contentType: string, body: unknown): Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary || !Buffer.isBuffer(body)) return [];
  const text = body.toString('latin1');
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      const name = /name="([^"]*)"/.exec(head)?.[1];
      if (name === undefined) return [];
      const value = rest.join('\r\n\r\n').replace(/\r\n$/, '');
      return [{ name, fileName: /filename="([^"]*)"/.exec(head)?.[1] ?? null, bytes: Buffer.from(value, 'latin1') }];
    });
}

const FORMATS = /\.(flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|wav|webm)$/;

/** What the API would refuse about a form for a transcription; null when nothing. */
export function invalidInForm(form: readonly Part[]): string | null {
  const file = form.find(({ name }) => name === 'file');
  if (!file) return "Missing required parameter: 'file'.";
  if (!form.some(({ name }) => name === 'model')) return "Missing required parameter: 'model'.";
  if (!FORMATS.test(file.fileName ?? '')) return 'Invalid file format.';
  return file.bytes.length === 0 ? 'The audio file could not be decoded.' : null;
}
