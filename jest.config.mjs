/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
  // Kills processes at moments no seed fixes: `npm run test:crash`, by hand and by night, not before every landing.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.env.CRASH_TEST ? [] : ['/test/e2e/(crash|talk-chaos)\\.test\\.ts$']),
  ],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
          target: 'es2023',
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['<rootDir>/test/support/long-timers.ts'],
  testTimeout: 20_000,
  maxWorkers: 2,
};
