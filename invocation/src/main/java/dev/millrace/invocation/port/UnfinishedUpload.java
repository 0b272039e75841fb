package dev.millrace.invocation.port;

import dev.millrace.invocation.ObjectLocation;
import java.time.Instant;

/// An upload in parts that was begun and neither completed nor given up; its parts take room and no listing of objects
/// shows them.
public record UnfinishedUpload(ObjectLocation location, String uploadId, Instant begunAt) {}
