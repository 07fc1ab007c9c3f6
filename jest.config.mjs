const NIGHTLY = [
  'e2e/(crash|talk-chaos|many-machines|mongodb-away|stops-well|stops-in-one-process|behind-pgbouncer|few-connections)',
  'e2e/(rolling-deploy|traces|nothing-private-in-logs|guarded-database|go-live|go-live-hosts)',
  'integration/(sweeps-twice|backup)',
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
  // By hand and by night (`npm run test:night`), not before every landing: they kill processes at moments no seed fixes, or start whole shops
  // of several processes, half a minute each, and a landing may take a quarter of an hour.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.env.NIGHT_TESTS ? [] : [`/test/(${NIGHTLY.join('|')})\\.test\\.ts$`]),
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
  // What takes a second here may take eight elsewhere, and three at once share the machine.
  testTimeout: 60_000,
  maxWorkers: 2,
};
