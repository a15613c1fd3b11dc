import { StreamableFile } from '@nestjs/common';

/** Bytes of a stranger: to be saved, never shown or run by a browser. */
export function rawBytes(body: Uint8Array, name: string): StreamableFile {
  return new StreamableFile(body, {
    type: 'application/octet-stream',
    disposition: `attachment; filename="${name.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 120)}"`,
    length: body.length,
  });
}
