export { EVENT_TYPES, type EventName, type EventType, type LeadFamily } from './event-types.ts';
export { identify, type Identity } from './identify.ts';
export { type KeyRing, parseKeyRing, PLATFORM_KEY, type VerificationKey } from './key-ring.ts';
export type { ContactFacts } from './mapped.ts';
export type { Install } from './mappers/install.ts';
export { type Delivery, normalise, type Normalised } from './normalise.ts';
export { type Headers, sign, SIGNATURE_HEADER, SignatureCheck, type Verdict } from './signature.ts';
