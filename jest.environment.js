import { TestEnvironment } from 'jest-environment-node';

/**
 * Native add-ons make and check the typed arrays of the process, not those of the sandbox that Jest runs a spec in:
 * to ONNX Runtime a sandboxed Float64Array is none. Specs get the process's own.
 */
export default class HostArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.Float64Array = Float64Array;
    this.global.BigInt64Array = BigInt64Array;
  }
}
