import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One command of an operator about a model. */
@Entity('model_changes')
export class ModelChange {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  name!: string;

  @Column('text')
  action!: string;

  /** What it was about; after a roll back what serves again, null for the prior. */
  @Column('text', { nullable: true })
  model!: string | null;

  /** The champion that left. */
  @Column('text', { nullable: true })
  replaced!: string | null;

  @Column('text')
  actor!: string;

  @Column('text')
  reason!: string;
}
