/** The one module of OpenClaw that the guard imports. */
declare module 'openclaw/plugin-sdk/diagnostic-runtime' {
  import type { UsageEvent } from './host.d.ts';

  export function onDiagnosticEvent(listener: (event: UsageEvent) => void): () => void;
}
