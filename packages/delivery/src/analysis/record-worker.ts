// The thread that works on decision records: one order, one answer, and it is over.

import { parentPort, workerData } from "node:worker_threads"
import { doRecordWork } from "./record-work.ts"
import type { RecordOrder } from "./record-work.ts"

// Written by record-archive.ts, which knows no other order.
parentPort?.postMessage(await doRecordWork(workerData as RecordOrder))
