/// Step 5 to 8 of the data flow: the worker process. It acquires requests from the lanes of one generation,
/// runs
/// the model, stores the result, publishes the event and acknowledges, in that order.
///
/// It knows Kafka, S3 and ONNX Runtime only through the ports.
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
