export type StaffRole = 'staff' | 'manager';

/** Anything but `manager` may do no more than staff. */
export const staffRole = (role: unknown): StaffRole => (role === 'manager' ? 'manager' : 'staff');
