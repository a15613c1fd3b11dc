/** As the API shows a key: never its secret. */
export interface KeyView {
  readonly keyId: string;
  readonly state: 'valid' | 'notYetValid' | 'expired' | 'revoked';
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
  readonly revokedAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly uses: number;
}

export interface HmacView {
  readonly signatureHeader: string;
  readonly prefix: string;
  readonly algorithm: string;
  readonly encoding: string;
  readonly timestampHeader: string | null;
  readonly toleranceMs: number;
}

export interface SourceView {
  readonly sourceId: string;
  readonly kind: string;
  readonly name: string;
  readonly state: 'active' | 'revoked';
  readonly url: string;
  readonly hmac: HmacView | null;
  readonly keys: readonly KeyView[];
}

export interface SourceChanged {
  readonly source: SourceView;
  /** false: gateways will know once the broker is back. */
  readonly announced: boolean;
}

export interface KeyAdded extends SourceChanged {
  readonly keyId: string;
  /** null where the caller gave it. */
  readonly secret: string | null;
  readonly urlWithSecret: string | null;
}
