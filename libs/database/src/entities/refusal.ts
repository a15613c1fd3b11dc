import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One refused request out of many, masked. */
@Entity('refusals')
export class Refusal {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { nullable: true })
  source!: string | null;

  @Column('text', { name: 'source_id', nullable: true })
  sourceId!: string | null;

  @Column('text')
  reason!: string;

  @Column('text', { name: 'masked_start' })
  maskedStart!: string;
}
