using MqttPay.Host.Codes;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>One line of an explained message.</summary>
/// <param name="Offset">Of the value in the whole message.</param>
internal sealed record LintField(int Offset, string Name, string Text, int Depth = 0);

/// <summary>What is wrong with a message: the wire error, where, and why in words.</summary>
internal sealed record LintFault(WireError Error, int Offset, string What)
{
    public int Number => 3_000 + (int)Error;

    public string Name => CodeCatalogue.Find(Number)?.Name ?? Error.ToString();
}

/// <summary>A message, field by field as far as it could be read, and its first fault if it has one.</summary>
internal sealed record LintReport(string Title, IReadOnlyList<LintField> Fields, LintFault? Fault);
