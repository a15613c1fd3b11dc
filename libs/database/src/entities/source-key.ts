import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One key of a source, sealed, with when it is valid and how it was used. */
@Entity('source_keys')
export class SourceKey {
  @PrimaryColumn('text', { name: 'source_id' })
  sourceId!: string;

  @PrimaryColumn('text', { name: 'key_id' })
  keyId!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  sealed!: string;

  @Column('timestamptz', { name: 'not_before', nullable: true })
  notBefore!: Date | null;

  @Column('timestamptz', { name: 'not_after', nullable: true })
  notAfter!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('bigint')
  uses!: string;
}
