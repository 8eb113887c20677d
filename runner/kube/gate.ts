/** The last moment in which a request can be held back. */
import { DecoratorHandler } from 'undici';
import type { Dispatcher } from 'undici';

/** Asks at the very moment in which a connection takes a request: it may have waited for the connection until then. */
export class Gate {
  readonly #beforeSend: (() => void) | undefined;
  /** Why the request was held back. */
  refusal: Error | undefined;

  constructor(beforeSend: (() => void) | undefined) {
    this.#beforeSend = beforeSend;
  }

  around(dispatcher: Dispatcher): Dispatcher {
    if (this.#beforeSend === undefined) return dispatcher;
    return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, this.#asking(handler)));
  }

  #asking(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    const isHeldBack = (): boolean => this.#isHeldBack();
    return new (class extends DecoratorHandler {
      onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
        handler.onRequestStart?.(controller, context);
        // Not thrown: nobody would catch it on a fresh connection.
        if (isHeldBack()) controller.abort(new Error('held back'));
      }
    })(handler);
  }

  #isHeldBack(): boolean {
    try {
      this.#beforeSend?.();
      return false;
    } catch (error) {
      this.refusal = error as Error;
      return true;
    }
  }
}
