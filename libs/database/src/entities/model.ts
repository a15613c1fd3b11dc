import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A model that has decided; feature names are in the order of its contributions. */
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
}
