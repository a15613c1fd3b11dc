import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What came in for one tenant in one minute, and what became of it. */
@Entity('ledger_minutes')
export class LedgerMinute {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('timestamptz')
  minute!: Date;

  @Column('bigint')
  received!: string;

  @Column('bigint')
  applied!: string;

  @Column('bigint')
  duplicates!: string;

  @Column('bigint')
  dead!: string;

  @Column('bigint')
  parked!: string;
}
