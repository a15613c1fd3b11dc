import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A job that puts letters or deliveries back into the inbox, page by page. */
@Entity('replays')
export class Replay {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('text', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  kind!: string;

  @Column('jsonb')
  filter!: object;

  @Column('text')
  state!: string;

  @Column('integer', { name: 'rate_per_s' })
  ratePerS!: number;

  @Column('jsonb', { nullable: true })
  cursor!: object | null;

  @Column('bigint')
  total!: string;

  @Column('bigint')
  sent!: string;

  @Column('bigint')
  leads!: string;

  @Column('text', { name: 'requested_by' })
  requestedBy!: string;

  @Column('text')
  reason!: string;

  @Column('text', { nullable: true })
  failure!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('text', { name: 'lease_by', nullable: true })
  leaseBy!: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;
}
