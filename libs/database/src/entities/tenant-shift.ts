import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a tenant's odds differ by from a model that was learned from many; the latest is in force. */
@Entity('tenant_shifts')
export class TenantShift {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  /** Hash. */
  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('timestamptz', { name: 'set_at' })
  setAt!: Date;

  /** Log-odds. */
  @Column('double precision')
  shift!: number;

  /** Decisions it was taken from, and how many of them came true. */
  @Column('integer')
  rows!: number;

  @Column('integer')
  positives!: number;
}
