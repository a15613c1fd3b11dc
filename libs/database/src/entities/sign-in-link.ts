import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time link; only the hash of its token is kept. */
@Entity('sign_in_links')
export class SignInLink {
  @PrimaryColumn('text', { name: 'token_hash' })
  tokenHash!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
