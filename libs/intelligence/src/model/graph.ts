import onnxProto, { type onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;
const { DOUBLE, INT64 } = onnx.TensorProto.DataType;
const { INT, INTS, TENSOR } = onnx.AttributeProto.AttributeType;

interface NodeExtras {
  readonly attribute?: Onnx.IAttributeProto[];
  readonly domain?: string;
}

/** Nodes and constants of an ONNX graph as they are written down. What a method returns is the name to read it by. */
export class Graph {
  readonly nodes: Onnx.INodeProto[] = [];
  readonly initializers: Onnx.ITensorProto[] = [];

  node(opType: string, input: string[], output = `${opType}_${this.nodes.length}`, extras: NodeExtras = {}): string {
    this.nodes.push({ opType, input, output: [output], name: output, ...extras });
    return output;
  }

  /** Cuts columns of a matrix into as many groups as there are widths. */
  split(input: string, widths: readonly number[]): readonly string[] {
    const name = `Split_${this.nodes.length}`;
    const output = widths.map((_, index) => `${name}_${index}`);
    const sizes = this.indices(`${name}_widths`, [...widths]);
    this.nodes.push({ opType: 'Split', input: [input, sizes], output, name, attribute: [int('axis', 1)] });
    return output;
  }

  constant(name: string, doubleData: readonly number[]): string {
    return this.#initializer({ name, dataType: DOUBLE, dims: [doubleData.length], doubleData: [...doubleData] });
  }

  scalar(name: string, value: number): string {
    return this.#initializer({ name, dataType: DOUBLE, dims: [], doubleData: [value] });
  }

  indices(name: string, int64Data: number[]): string {
    return this.#initializer({ name, dataType: INT64, dims: [int64Data.length], int64Data });
  }

  index(name: string, value: number): string {
    return this.#initializer({ name, dataType: INT64, dims: [], int64Data: [value] });
  }

  #initializer(tensor: Onnx.ITensorProto & { name: string }): string {
    this.initializers.push(tensor);
    return tensor.name;
  }
}

export function int(name: string, i: number): Onnx.IAttributeProto {
  return { name, type: INT, i };
}

export function ints(name: string, values: number[]): Onnx.IAttributeProto {
  return { name, type: INTS, ints: values };
}

export function doubles(name: string, doubleData: number[]): Onnx.IAttributeProto {
  return { name, type: TENSOR, t: { dataType: DOUBLE, dims: [doubleData.length], doubleData } };
}

export function bytes(name: string, values: Uint8Array): Onnx.IAttributeProto {
  return {
    name,
    type: TENSOR,
    t: { dataType: onnx.TensorProto.DataType.UINT8, dims: [values.length], rawData: values },
  };
}

/** An input or output of `columns` doubles a lead. */
export function matrix(name: string, columns: number): Onnx.IValueInfoProto {
  return {
    name,
    type: { tensorType: { elemType: DOUBLE, shape: { dim: [{ dimParam: 'N' }, { dimValue: columns }] } } },
  };
}
