/** Gives each test the time that jest.config.js grants its layer. */
import { jest } from '@jest/globals';

jest.setTimeout(/** @type {typeof globalThis & { timeoutSeconds: number }} */ (globalThis).timeoutSeconds * 1000);
