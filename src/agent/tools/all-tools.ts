import { addToCartTool, removeFromCartTool, setQuantityTool, showCartTool } from './cart-tools.ts';
import { searchProductsTool, showProductTool } from './catalogue-tools.ts';
import { chooseLocationTool, setCustomerDetailsTool } from './customer-tools.ts';
import {
  cancelOrderTool,
  confirmOrderTool,
  orderStatusTool,
  proposeOrderTool,
  resendPaymentLinkTool,
} from './order-tools.ts';
import { callHumanTool } from './person-tool.ts';
import type { Tool } from './tool.ts';

/** Always all of them in this order: the vendor caches an exact prefix, tools included (platform-facts). */
export const ALL_TOOLS: readonly Tool[] = [
  searchProductsTool,
  showProductTool,
  addToCartTool,
  setQuantityTool,
  removeFromCartTool,
  showCartTool,
  setCustomerDetailsTool,
  chooseLocationTool,
  proposeOrderTool,
  confirmOrderTool,
  orderStatusTool,
  resendPaymentLinkTool,
  cancelOrderTool,
  callHumanTool,
];
