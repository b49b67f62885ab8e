"""Os elétricos de Lisboa, por intervalos: um horário aproximado que não precisa de rede."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

INTERVALOS = {"12": 15, "15": 12, "18": 20, "24": 15, "25": 18, "28": 10}
PERCURSOS = {
    "12": "Praça da Figueira a Alfama",
    "15": "Praça da Figueira a Algés",
    "18": "Cais do Sodré à Ajuda",
    "24": "Camões a Campolide",
    "25": "Praça da Figueira à Estrela",
    "28": "Martim Moniz a Campo de Ourique",
}


def proximo_eletrico(
    linha: Annotated[Literal["12", "15", "18", "24", "25", "28"], "o número da linha"],
) -> dict[str, Any]:
    """Diz quando passa o próximo elétrico de uma linha de Lisboa."""
    agora = datetime.now(ZoneInfo("Europe/Lisbon"))
    espera = INTERVALOS[linha] - agora.minute % INTERVALOS[linha]
    passa = (agora + timedelta(minutes=espera)).strftime("%H:%M")
    minutos = "1 minuto" if espera == 1 else f"{espera} minutos"
    return {
        "linha": linha,
        "percurso": PERCURSOS[linha],
        "passa": passa,
        "say": f"O elétrico {linha} passa daqui a {minutos}, às {passa}.",
    }
