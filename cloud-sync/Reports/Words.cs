using System.Text.Json;
using MqttPay.Payments;
using MqttPay.Settlement;

namespace MqttPay.CloudSync.Reports;

/// <summary>Names of closed sets as the API spells them: the catalogue's snake_case.</summary>
internal static class Words
{
    public static string Of(Category category) => Spell(category.ToString());

    public static string Of(Operation operation) => Spell(operation.ToString());

    public static string Of(DecisionCode code) => Spell(code.ToString());

    public static string Of(AccountKind kind) => Spell(kind.ToString());

    public static string Of(TransferKind kind) => Spell(kind.ToString());

    public static string Of(BreakSubject subject) => Spell(subject.ToString());

    private static string Spell(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
