export { GrowingBytes } from "./growing-bytes.ts";
export { giveBack, NativeBlock, pooledCopy } from "./native-block.ts";
export {
  FixedColumn,
  type NativeColumn,
  NullableNumberColumn,
  NumberColumn,
  WideColumn,
} from "./native-column.ts";
export { ArrayColumn, LowCardinalityColumn, MapColumn, StringColumn } from "./text-columns.ts";
