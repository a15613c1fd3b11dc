import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A model that has decided, or is registered to; `terms` names its contributions where they are not its features. */
@Entity('models')
export class Model {
  @PrimaryColumn('text')
  hash!: string;

  @Column('text')
  name!: string;

  @Column('text')
  kind!: string;

  @Column('text', { array: true })
  features!: string[];

  @Column('double precision')
  intercept!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { nullable: true })
  version!: string | null;

  @Column('text', { array: true, nullable: true })
  terms!: string[] | null;

  /** Null: not registered. */
  @Column('text', { nullable: true })
  state!: string | null;

  @Column('bytea', { nullable: true })
  onnx!: Buffer | null;

  /** What `model.json` holds, byte for byte. */
  @Column('text', { nullable: true })
  model!: string | null;

  @Column('jsonb', { nullable: true })
  manifest!: object | null;

  @Column('text', { nullable: true })
  card!: string | null;
}
