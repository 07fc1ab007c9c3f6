import type { ConcernKind } from '../domain/concern.ts';
import type { ConcernScope, Source } from './concern-source.ts';
import { customerSources } from './customer-concerns.ts';
import { machineSources } from './machine-concerns.ts';
import { moneySources } from './money-concerns.ts';
import { stockSource } from './stock-concerns.ts';

/** States stand in the statements themselves: as parameters they would not be known to be in the partial indexes. */
export function concernSources(scope: ConcernScope): Record<ConcernKind, Source> {
  return { ...moneySources(scope), ...customerSources(scope), ...machineSources(scope), ...stockSource };
}
