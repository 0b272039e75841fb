package dev.millrace.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A model package: a version in a group, or one of its own name.
///
/// @param name `<group>/<version>`, or the name of one without a group
/// @param version null without a group
/// @param lastModifiedAt null when it was never updated
/// @param request every modelled member of `CreateModelPackage` with what was updated since; read it, never
///     change it
public record ModelPackageResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        @Nullable Integer version,
        @Nullable Instant lastModifiedAt,
        ObjectNode request)
        implements TaggedResource {
    /// What it is named in the API: the group for a version, which has no name of its own.
    public String label() {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /// Without an approval status it needs no approval.
    public boolean isApproved() {
        return request.path("ModelApprovalStatus").asString("Approved").equals("Approved");
    }

    public ModelPackageResource updated(ObjectNode newRequest, Instant at) {
        return new ModelPackageResource(name, arn, revision, createdAt, version, at, newRequest);
    }

    @Override
    public ModelPackageResource withRequest(ObjectNode newRequest) {
        return new ModelPackageResource(name, arn, revision, createdAt, version, lastModifiedAt, newRequest);
    }

    @Override
    public ModelPackageResource withRevision(long newRevision) {
        return new ModelPackageResource(name, arn, newRevision, createdAt, version, lastModifiedAt, request);
    }
}
