// Node runs the ESM sources as they are: start Jest through `npm test`, or with NODE_OPTIONS=--experimental-vm-modules.
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { exportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', {}] },
  modulePathIgnorePatterns: ['/dist/', '/\\.hub/', '/\\.nx/'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,tools}/*/src/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/{libs,apps,tools}/*/src/**/*.integration-spec.ts'],
    },
    { ...shared, displayName: 'end-to-end', testMatch: ['<rootDir>/{apps,tools}/*/src/**/*.e2e-spec.ts'] },
  ],
  testTimeout: 60_000,
};
