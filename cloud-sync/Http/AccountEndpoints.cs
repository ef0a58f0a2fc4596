using MqttPay.CloudSync.Enrolment;

namespace MqttPay.CloudSync.Http;

/// <summary>Accounts, payees and API keys.</summary>
internal static class AccountEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/accounts", (HttpContext http, PublicApi api) =>
                api.PostAsync<AccountInput, AccountView>(http, (connection, input, caller, cancel) =>
                    AccountBook.OpenPayerAsync(connection, input, caller.Principal, cancel)))
            .Post<AccountInput, AccountView>("OpenAccount", "Opens a payer's account, with funds or credit.");
        routes.MapGet("/v1/accounts/{id}", (string id, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"account {id}", async (connection, cancel) =>
                    AccountBook.TryReadId(id, out var account)
                        ? await AccountBook.FindPayerAsync(connection, account, cancel)
                        : null))
            .Get<AccountView>("GetAccount", "A payer's balance, and what is in leases.");
        routes.MapPost("/v1/accounts/{id}/funds", (string id, HttpContext http, PublicApi api) =>
                api.PostAsync<FundsInput, AccountView>(http, (connection, input, caller, cancel) =>
                    AccountBook.FundAsync(connection, id, input, caller.Principal, cancel)))
            .Post<FundsInput, AccountView>("FundAccount", "Adds funds to a payer's account; debts are paid from them.");
        routes.MapPost("/v1/payees", (HttpContext http, PublicApi api) =>
                api.PostAsync<PayeeInput, PayeeView>(http, (connection, input, _, cancel) =>
                    AccountBook.OpenPayeeAsync(connection, input, cancel)))
            .Post<PayeeInput, PayeeView>("OpenPayee", "Opens the account of somebody who is paid.");
        routes.MapPost("/v1/keys", (HttpContext http, PublicApi api) =>
                api.PostAsync<KeyInput, KeyView>(http, (connection, input, _, cancel) =>
                    KeyRing.MakeAsync(connection, input, cancel)))
            .Post<KeyInput, KeyView>("MakeKey", "Makes a key of the public API; it is told once.");
    }
}
