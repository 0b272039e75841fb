package dev.millrace.controlplane;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// A model package group: the versions of one model.
///
/// @param lastVersion that was given out, also to a package that was deleted or never came to be
/// @param isDeleting whether nothing may be added any more
/// @param request every modelled member of `CreateModelPackageGroup` as it was given, but for tags; read it,
///     never change it
public record ModelPackageGroupResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        int lastVersion,
        boolean isDeleting,
        ObjectNode request)
        implements TaggedResource {
    /// With one version more given out.
    public ModelPackageGroupResource withNextVersion() {
        return new ModelPackageGroupResource(
                name, arn, revision, createdAt, Math.addExact(lastVersion, 1), isDeleting, request);
    }

    public ModelPackageGroupResource withDeleting(boolean isDeletingNow) {
        return new ModelPackageGroupResource(name, arn, revision, createdAt, lastVersion, isDeletingNow, request);
    }

    @Override
    public ModelPackageGroupResource withRequest(ObjectNode newRequest) {
        return new ModelPackageGroupResource(name, arn, revision, createdAt, lastVersion, isDeleting, newRequest);
    }

    @Override
    public ModelPackageGroupResource withRevision(long newRevision) {
        return new ModelPackageGroupResource(name, arn, newRevision, createdAt, lastVersion, isDeleting, request);
    }
}
