import { createHmac } from 'node:crypto';
import express, { type Router } from 'express';
import { twilioSid } from '../ids.ts';
import type { Collection, SandboxStore } from '../store.ts';
import { TwilioError } from './errors.ts';
import type { StoredMedia } from './outbound.ts';

type InboundFile = StoredMedia & { sid: string; messageSid: string };
type Account = { accountSid: string; authToken: string };

const CDN_PATH = '/twiliocdn';

/** Files that customers sent: behind the account's credentials, then at an address that lets in whoever has it. */
export class InboundFiles {
  readonly #files: Collection<InboundFile>;
  readonly #account: Account;

  constructor(store: SandboxStore, account: Account) {
    this.#files = store.collection('inbound_files');
    this.#account = account;
  }

  add(messageSid: string, file: { type: string; bytes: Buffer }): void {
    const sid = twilioSid('ME');
    this.#files.put(sid, { sid, messageSid, type: file.type, base64: file.bytes.toString('base64') });
  }

  ofMessage(messageSid: string): InboundFile | undefined {
    return this.#files.all().find((file) => file.messageSid === messageSid);
  }

  /** As the webhook names it. */
  urlOf({ sid, messageSid }: InboundFile): string {
    return `https://api.twilio.com/2010-04-01/Accounts/${this.#account.accountSid}/Messages/${messageSid}/Media/${sid}`;
  }

  /** Asks for credentials, and answers where the file is. */
  apiRoutes(): Router {
    const router = express.Router({ caseSensitive: true });
    router.get(
      `/2010-04-01/Accounts/${this.#account.accountSid}/Messages/:messageSid/Media/:sid`,
      (request, response) => {
        const file = this.#files.get(request.params.sid);
        if (file?.messageSid !== request.params.messageSid) throw new TwilioError(404, 20404, 'Media not found');
        response.redirect(307, `${CDN_PATH}/${file.sid}?Signature=${this.#signatureOf(file.sid)}`);
      },
    );
    return router;
  }

  /** Twilio's CDN: knows no accounts, only its own signature. */
  cdnRoutes(): Router {
    const router = express.Router({ caseSensitive: true });
    router.get(`${CDN_PATH}/:sid`, (request, response) => {
      const file = this.#files.get(request.params.sid);
      if (!file || request.query.Signature !== this.#signatureOf(file.sid)) return void response.status(403).end();
      response.type(file.type).send(Buffer.from(file.base64, 'base64'));
    });
    return router;
  }

  #signatureOf(sid: string): string {
    return createHmac('sha256', this.#account.authToken).update(sid).digest('base64url');
  }
}
