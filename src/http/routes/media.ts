import type { Express } from 'express';
import { isPickupToken } from '../../domain/pickup.ts';
import type { AppNeeds } from '../needs.ts';

type Needs = Pick<AppNeeds, 'pickupQrIsServed' | 'qr' | 'publicUrl' | 'showPicture'>;

/** The picture Twilio fetches for the thank-you: whoever knows the token may see it, nobody else can guess it. */
export function addMediaRoutes(app: Express, needs: Needs): void {
  app.get('/media/qr/:token.png', async (req, res) => {
    const { token } = req.params;
    if (!isPickupToken(token) || !(await needs.pickupQrIsServed(token))) {
      return void res.status(404).setHeader('Cache-Control', 'no-store').json({ error: 'not_found' });
    }
    const png = await needs.qr.png(`${needs.publicUrl}/pickup/${token}`);
    res.setHeader('Cache-Control', 'private, max-age=300');
    // WhatsApp clients and the sandbox's chat show it on pages of other origins.
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    res.type('png').send(png);
  });

  // The address is the hash of what it shows: it never shows anything else.
  app.get('/media/products/:name', async (req, res, next) => {
    const [, hash] = /^([0-9a-f]{64})\.(?:jpg|png)$/.exec(req.params.name) ?? [];
    const picture = hash ? await needs.showPicture(hash) : undefined;
    if (!picture) return next();
    res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    res.type(picture.mediaType).send(Buffer.from(picture.bytes));
  });
}
