package dev.millrace.gateway.http;

/// Which API a request speaks; decides the shape of its errors.
enum Api {
    /// SageMaker Runtime: `POST /endpoints/…`.
    RUNTIME,
    /// SageMaker's control plane: JSON 1.1 at `POST /`.
    CONTROL_PLANE,
    /// Millrace's own routes.
    MILLRACE
}
