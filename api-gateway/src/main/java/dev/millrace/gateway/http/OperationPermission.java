package dev.millrace.gateway.http;

import dev.millrace.identity.Permission;
import java.util.regex.Pattern;

/// What the operations of AWS's services ask of their callers: their names tell whether they change
/// anything.
public final class OperationPermission {
    private static final Pattern READS = Pattern.compile("Describe|List|Get|Search|BatchDescribe");

    private OperationPermission() {}

    public static Permission of(String operation) {
        return READS.matcher(operation).lookingAt() ? Permission.READ : Permission.OPERATE;
    }
}
