package dev.millrace.controlplane;

import tools.jackson.databind.node.ObjectNode;

/// A resource of SageMaker that users put tags on.
///
/// Its tags are the member `Tags` of its request, so they are changed with it, by compare and swap, and go
/// with it.
public sealed interface TaggedResource extends Resource
        permits ModelResource, EndpointConfigResource, Deployed, ModelPackageGroupResource, ModelPackageResource {
    /// Every modelled member of the request that made it, with the tags of now; read it, never change it.
    ObjectNode request();

    TaggedResource withRequest(ObjectNode newRequest);
}
