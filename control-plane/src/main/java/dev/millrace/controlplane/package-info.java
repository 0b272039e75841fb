/// The control plane's resources: models, endpoint configs, endpoints, topics and subscriptions as documents in
/// the object store, and the view of them that every process keeps.
///
/// Takes the ports `ObjectStore` and `Feed`; knows nothing of HTTP, Kafka or S3.
@NullMarked
package dev.millrace.controlplane;

import org.jspecify.annotations.NullMarked;
