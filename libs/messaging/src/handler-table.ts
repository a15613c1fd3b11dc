import type { StreamContract } from '@hub/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import type { Declaration } from './consume.ts';

export interface TableEntry extends Declaration {
  readonly handler: MessageHandler;
}

/**
 * Pairs each consumed contract with its one handler.
 * @param handlers As Nest collected them: by subject, a second one for the same subject hanging on `next`.
 * @throws Error naming every contract without a handler or with two, and every handler of a contract not listed.
 */
export function pairHandlers(
  consumes: readonly Pick<StreamContract<unknown>, 'subject'>[],
  handlers: ReadonlyMap<string, MessageHandler>,
): TableEntry[] {
  const declared = [...handlers.values()].flatMap(entriesOf);
  const handled = new Set(declared.map(({ contract }) => contract.subject));
  const listed = new Set(consumes.map(({ subject }) => subject));
  const doubled = declared.filter(({ handler }) => handler.next).map(({ contract }) => contract.subject);
  const problems = [
    ...[...listed].filter((subject) => !handled.has(subject)).map((subject) => `${subject} has no handler`),
    ...doubled.map((subject) => `${subject} has two handlers`),
    ...[...handled]
      .filter((subject) => !listed.has(subject))
      .map((subject) => `${subject} has a handler and is not listed as consumed`),
  ];
  if (problems.length > 0) throw new Error(`cannot consume: ${problems.join('; ')}`);
  return declared;
}

/** Handlers without our declaration belong to another transport that names none. */
function entriesOf(handler: MessageHandler): TableEntry[] {
  const declaration: Declaration | undefined = handler.extras?.['declaration'];
  return declaration ? [{ ...declaration, handler }] : [];
}
