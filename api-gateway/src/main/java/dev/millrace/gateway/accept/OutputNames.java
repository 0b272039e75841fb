package dev.millrace.gateway.accept;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.OutputPath;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformObjects;
import org.jspecify.annotations.Nullable;

/// Names the objects that a call will end in, as SageMaker names them.
final class OutputNames {
    /// The two places, of which one will be written.
    record Locations(ObjectLocation output, ObjectLocation failure) {}

    private final PlatformObjects objects;

    OutputNames(PlatformObjects objects) {
        this.objects = objects;
    }

    Locations of(AsyncInferenceConfig config, AsyncCall call, InvocationId id) {
        OutputPath outputs = config.outputPath();
        OutputPath failures = config.failurePath() == null ? outputs : config.failurePath();
        return new Locations(
                locate(outputs, call, id, ".out", objects.output(call.endpoint(), id)),
                locate(failures, call, id, "-error.out", objects.failure(call.endpoint(), id)));
    }

    private static ObjectLocation locate(
            @Nullable OutputPath path, AsyncCall call, InvocationId id, String suffix, ObjectLocation byDefault) {
        if (path == null && call.outputPathExtension() == null && call.fileName() == null) {
            return byDefault;
        }
        String name = call.fileName() == null ? id + suffix : call.fileName() + (suffix.equals(".out") ? "" : suffix);
        String below = call.outputPathExtension() == null ? name : trimmed(call.outputPathExtension()) + "/" + name;
        return path == null ? inFolderOf(byDefault, below) : path.resolve(below);
    }

    private static ObjectLocation inFolderOf(ObjectLocation sibling, String name) {
        String folder = sibling.key().substring(0, sibling.key().lastIndexOf('/') + 1);
        return new ObjectLocation(sibling.bucket(), folder + name);
    }

    private static String trimmed(String extension) {
        return extension.endsWith("/") ? extension.substring(0, extension.length() - 1) : extension;
    }
}
