/** What a customer means, where words alone tell it. `value` is as said: the cart refuses what is no quantity. */
export type Intent =
  | { kind: 'number' | 'quantity'; value: number }
  | { kind: 'remove'; words: string }
  /** "Finalement 2 équilibrages": a line of the cart shall hold `value`. */
  | { kind: 'change'; value: number; words: string }
  /** `orderNumber` null: they named none. */
  | { kind: 'cancel_order'; orderNumber: string | null }
  | {
      kind:
        | 'yes'
        | 'again'
        | 'no'
        | 'greeting'
        | 'thanks'
        | 'help'
        | 'cart'
        | 'clear_cart'
        | 'order'
        | 'status'
        | 'link'
        | 'ask_cancel'
        | 'human'
        | 'complaint'
        | 'payment_info'
        | 'other_place'
        | 'resume'
        | 'stop'
        | 'start'
        | 'shop_info'
        | 'delivery'
        | 'discount'
        | 'forget'
        | 'keep_me'
        | 'my_data';
    };

/** Those that say nothing beside themselves. */
export type Wordless = Exclude<Intent['kind'], 'number' | 'quantity' | 'remove' | 'change' | 'cancel_order'>;
