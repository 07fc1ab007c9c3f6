/**
 * More messages than this within a minute are no conversation: a stuck key, a script, a prank. Each is kept; they are
 * answered together, a minute later, and their sender is told so at most once an hour.
 */
export const FLOOD = { messagesPerMinute: 30, slowedSeconds: 60, noticeEveryMinutes: 60 } as const;
