using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MqttPay;

/// <summary>
/// What must be true. A false one is a bug: the process stops and rebuilds from the journal (MP9nnn).
/// </summary>
public static class Invariant
{
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        if (!condition) throw new InvariantException(what ?? "an invariant");
    }
}
