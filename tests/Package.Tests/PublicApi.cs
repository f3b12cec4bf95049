using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MiniTorch.Package.Tests;

/// <summary>What a user of an assembly can name, as text that does not depend on the order of declarations.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat Types = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Names = Types
        .WithKindOptions(SymbolDisplayKindOptions.None)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters);

    private static readonly SymbolDisplayFormat Members = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    internal static string Of(string path)
    {
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var references = trusted.Where(File.Exists).Distinct()
            .ToDictionary(f => f, f => MetadataReference.CreateFromFile(f));
        var assembly = (IAssemblySymbol)CSharpCompilation.Create("reader", references: references.Values)
            .GetAssemblyOrModuleSymbol(references[path])!;
        return string.Join('\n', Within(assembly.GlobalNamespace)
            .OrderBy(t => t.ToDisplayString(Names), StringComparer.Ordinal).Select(Text));
    }

    private static IEnumerable<INamedTypeSymbol> Within(INamespaceOrTypeSymbol place) => place.GetMembers()
        .OfType<INamespaceOrTypeSymbol>().Where(m => m is INamespaceSymbol || Visible(m))
        .SelectMany(m => m is INamedTypeSymbol type ? Within(type).Prepend(type) : Within(m));

    private static string Text(INamedTypeSymbol type) =>
        string.Concat(type.GetMembers().Where(m => m is not INamedTypeSymbol && Visible(m) && !Made(m))
            .Select(m => $"    {m.ToDisplayString(Members)}\n").Order(StringComparer.Ordinal).Prepend(Head(type)));

    private static string Head(INamedTypeSymbol type)
    {
        string?[] words = [type.DeclaredAccessibility == Accessibility.Public ? "public" : "protected",
            type is { IsStatic: true } ? "static" : type is { IsReadOnly: true, TypeKind: TypeKind.Struct } ? "readonly"
                : type is { TypeKind: TypeKind.Class, IsAbstract: true } ? "abstract"
                : type is { TypeKind: TypeKind.Class, IsSealed: true } ? "sealed" : null, type.ToDisplayString(Types)];
        var above = Above(type).Select(t => t.ToDisplayString(Names)).ToArray();
        return $"{string.Join(' ', words.OfType<string>())}{(above.Length > 0 ? $" : {string.Join(", ", above)}" : "")}\n";
    }

    /// <summary>The class and the interfaces that a type names after its colon.</summary>
    private static IEnumerable<INamedTypeSymbol> Above(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Delegate => [],
        TypeKind.Enum => [type.EnumUnderlyingType!],
        var _ => new[] { type.BaseType }.OfType<INamedTypeSymbol>()
            .Where(t => t.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType))
            .Concat(type.Interfaces.Where(Visible).OrderBy(i => i.ToDisplayString(Names), StringComparer.Ordinal)),
    };

    private static bool Visible(ISymbol symbol) =>
        (symbol.CanBeReferencedByName || symbol is IMethodSymbol or IPropertySymbol)
        && symbol.DeclaredAccessibility
            is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    /// <summary>What the compiler makes by itself: the members that every record has, accessors, a delegate's.</summary>
    private static bool Made(ISymbol member) =>
        (member.ContainingType.TypeKind is TypeKind.Delegate && member.Name != "Invoke")
        || member is IMethodSymbol { AssociatedSymbol: not null } or { IsImplicitlyDeclared: true }
        || member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute");
}
