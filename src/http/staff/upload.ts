import type { Request, Response } from 'express';
import multer from 'multer';

export type Upload = { kind: 'file'; name: string; bytes: Buffer } | { kind: 'too_large' | 'no_file' };

/**
 * Reads a form with one file, field "file", into memory; its other fields are in `req.body` afterwards. Only for people who
 * are logged in: ask before. Throws a 4xx for what is no such form.
 */
export async function readUpload(req: Request, res: Response, maxBytes: number): Promise<Upload> {
  const limits = { fileSize: maxBytes, files: 1, fields: 10, fieldSize: 4_096, parts: 12 };
  const read = multer({ storage: multer.memoryStorage(), limits, defParamCharset: 'utf8' }).single('file');
  try {
    await new Promise<void>((resolve, reject) =>
      read(req, res, (error?: unknown) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE') return { kind: 'too_large' };
    throw Object.assign(new Error('the form could not be read', { cause: error }), { status: 400 });
  }
  const { file } = req;
  return file && file.size > 0 ? { kind: 'file', name: file.originalname, bytes: file.buffer } : { kind: 'no_file' };
}
