import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many letters of a tenant have one root cause and one state, counted as they change. */
@Entity('dead_letter_groups')
export class DeadLetterGroup {
  @PrimaryColumn('text', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text')
  reason!: string;

  @PrimaryColumn('text')
  cause!: string;

  @PrimaryColumn('text')
  state!: string;

  @Column('bigint')
  letters!: string;

  @Column('timestamptz', { name: 'first_failed_at' })
  firstFailedAt!: Date;

  @Column('timestamptz', { name: 'last_failed_at' })
  lastFailedAt!: Date;

  @Column('bigint', { name: 'example_id' })
  exampleId!: string;
}
