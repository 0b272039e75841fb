/// The operations of the control plane: what each takes and does, one class per resource. Requests and
/// answers are
/// trees in SageMaker's form; failures are `PlatformException`s whose AWS names [AwsErrors] knows.
@NullMarked
package dev.millrace.controlplane.operation;

import org.jspecify.annotations.NullMarked;
