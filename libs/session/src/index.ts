export * from './cookie.ts';
export * from './session.ts';
export * from './sign-in-token.ts';
