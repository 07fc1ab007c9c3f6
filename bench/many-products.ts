import type pg from 'pg';

// Ten makes in ten sizes are the first hundred; the same makes in fifty sizes and ever newer models are the rest.
const FILL = `
  INSERT INTO products (sku, brand, model, label, description, category, attributes, price_minor, currency)
  SELECT 'B-' || n, brand, model, brand || ' ' || model || ' ' || size || ' ' || load,
    'Pneu été ' || size || ' pour voiture de tourisme : longue durée et freinage court sur sol mouillé. Étiquette européenne : '
      || 'carburant C, sol mouillé A, bruit 68 dB.',
    'Pneu été', jsonb_build_object('saison', 'été', 'carburant', 'C', 'sol mouillé', 'A', 'bruit dB', 68),
    5000 + (n * 37) % 9000, 'EUR'
  FROM (SELECT n, (ARRAY['Michelin','Bridgestone','Continental','Goodyear','Pirelli','Hankook','Firestone','Nankang','Kumho',
      'Dunlop'])[1 + n % 10] AS brand, 'Trail ' || 10 + (n / 100) % 90 AS model, '91 V' AS load,
      (ARRAY[205,195,175,225,185,215,165,235,245,155])[1 + (n / 10) % 10] || '/'
        || CASE WHEN n < 100 THEN 55 ELSE 40 + 5 * ((n / 100) % 5) END || ' R16' AS size
    FROM generate_series(0, $1::int - 1) n) tyres`;

/** So many tyres in two places, well stocked, and one service; search is told of them by `fillSearchIndex`. */
export async function fillProducts(client: pg.Client, products: number): Promise<void> {
  await client.query(`INSERT INTO locations (code, name, address, hours) VALUES
    ('JARRY', 'Comptoir Jarry', '27 rue du Belvédère, 97122 Baie-Mahault', 'Lundi à vendredi 7 h 30 - 17 h 30'),
    ('GOSIER', 'Comptoir Le Gosier', '14 route des Flamboyants, 97190 Le Gosier', 'Mardi à samedi 8 h - 18 h')`);
  await client.query(FILL, [products]);
  await client.query(`INSERT INTO products (sku, brand, model, label, description, category, price_minor, currency, stocked)
    VALUES ('SRV', '', '', 'Équilibrage d''une roue', 'Masses comprises.', 'service', 1200, 'EUR', false)`);
  await client.query(`WITH made AS (
      INSERT INTO stock_levels (product_id, location_id, on_hand) SELECT p.id, l.id, 20 FROM products p, locations l
      WHERE p.stocked AND p.sku LIKE 'B-%' AND l.code IN ('JARRY', 'GOSIER') RETURNING id)
    INSERT INTO stock_movements (stock_level_id, kind, on_hand_delta, reserved_delta) SELECT id, 'received', 20, 0 FROM made`);
  await client.query('VACUUM ANALYZE');
}
