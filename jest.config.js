// Node runs the ESM sources as they are: start Jest through `npm test`, or with NODE_OPTIONS=--experimental-vm-modules.
const shared = {
  testEnvironment: '<rootDir>/jest.environment.js',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', {}] },
  modulePathIgnorePatterns: ['/dist/', '/\\.hub/', '/\\.nx/'],
};

/** Specs with real servers share one Postgres, which is started when a spec first asks for it. */
const sharedServers = {
  globalSetup: '<rootDir>/libs/testkit/src/jest-global-setup.ts',
  globalTeardown: '<rootDir>/libs/testkit/src/jest-global-teardown.ts',
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,tools}/*/src/**/*.spec.ts'] },
    {
      ...shared,
      ...sharedServers,
      displayName: 'integration',
      testMatch: ['<rootDir>/{libs,apps,tools}/*/src/**/*.integration-spec.ts'],
    },
    {
      ...shared,
      ...sharedServers,
      displayName: 'end-to-end',
      testMatch: ['<rootDir>/{apps,tools}/*/src/**/*.e2e-spec.ts'],
    },
  ],
  testTimeout: 60_000,
};
