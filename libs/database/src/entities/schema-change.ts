import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a source began, changed or ceased to send. */
@Entity('schema_changes')
export class SchemaChange {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { name: 'source_id' })
  sourceId!: string;

  @Column('text')
  type!: string;

  @Column('text', { nullable: true })
  path!: string | null;

  @Column('text')
  change!: string;

  @Column('jsonb')
  detail!: object;
}
