package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Structure;
import java.util.ArrayList;
import java.util.List;

/// What requests about model package groups hold.
final class ModelPackageGroupShapes {
    private static final String NAME = "ModelPackageGroupName";

    static final Structure CREATE = Structure.of(
                    "CreateModelPackageGroup",
                    works(NAME, CommonShapes.NAME_OF_ONE_OR_MORE).required(),
                    kept("ModelPackageGroupDescription", CommonShapes.DESCRIPTION),
                    works("Tags", TagShapes.TAGS),
                    kept(
                            "ManagedConfiguration",
                            Structure.of("ManagedConfiguration", kept("ManagedStorageType", Choice.of("Restricted")))))
            .with(TagShapes.DIFFERENT_KEYS);
    static final Structure DESCRIBE =
            CommonShapes.nameOnly("DescribeModelPackageGroup", NAME, ModelPackageShapes.GROUP);
    static final Structure LIST = new Structure("ListModelPackageGroups", listMembers(), List.of());
    static final Structure DELETE = CommonShapes.nameOnly("DeleteModelPackageGroup", NAME, ModelPackageShapes.GROUP);

    private ModelPackageGroupShapes() {}

    private static List<Member> listMembers() {
        var members = new ArrayList<>(List.of(CommonShapes.listMembers("Name", "CreationTime")));
        members.add(works("CrossAccountFilterOption", Choice.of("SameAccount", "CrossAccount")));
        return members;
    }
}
